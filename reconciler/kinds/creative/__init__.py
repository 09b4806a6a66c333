"""What an ad shows: creatives, and the videos and images in them."""
