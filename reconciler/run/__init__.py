"""The operations that every door calls: plan, apply, activate, pause, forget, doctor."""
