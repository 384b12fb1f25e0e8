"""Tools and tables around the functions: the table of groups, bundles, the local stack, commands."""
