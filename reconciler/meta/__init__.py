"""All that knows HTTP and Graph. Nothing outside this folder imports requests or facebook_business."""
