"""The dossier of family coaching, from aanmelding to toelage, under the mandaat of the family."""
