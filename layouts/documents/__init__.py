"""Files that people take away: tables, reports."""
