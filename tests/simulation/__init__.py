"""Runs the reconciler against the sandbox while everything goes wrong that can go wrong, all of it decided by a seed.

    seed → schedule → simulator, with a client → violations and a digest of the log

stack               what is declared: small random campaigns
alone               audiences and lead forms beside them
schedule            the data of a schedule, and the random ones
rare_cases          schedules for situations that random ones hardly ever reach
generate            which of the two a seed gets
fixed_schedules     schedules written by hand
network, disk       faults of the network and crashes of the disk
manual_edits        what people do in Ads Manager meanwhile
initial_world       the sandbox at the beginning
simulator           runs one schedule
oracle, ownership   judge each write at Meta; the table of invariants is in `oracle`
final_checks        judge the end, without faults
reconciler_client   the reconciler as a client; `naive_client` is a simple one for comparison
batch               runs many seeds
race                several runs at once
planted_bugs        bugs that the simulation must find

Everything must follow from the seed: no module may use the system's clock, threads that run at the same time, or the
order of a set.
"""
