"""An invented organisation to look at, and a tour that plays the main job and checks every answer."""
