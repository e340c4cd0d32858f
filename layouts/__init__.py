"""What people see: the server, the frame, the pages."""
