"""What people and Apps do, whether through REST or on a page: each function checks it as GitHub would, does it, and sends its events."""
