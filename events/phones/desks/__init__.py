"""The phones of one desk, for who stands behind it: a sponsor's admins with their booth, organisers with their doors."""
