-- Who is on a family card now: without it every look-up of a number read all memberships.
CREATE INDEX membership_card ON membership (card) WHERE to_on IS NULL;
