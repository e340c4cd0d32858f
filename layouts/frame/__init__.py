"""The frame around every page: header, navigation, context, scripts."""
