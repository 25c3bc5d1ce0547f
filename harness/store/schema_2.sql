-- What a grader that reads its input tells of a verdict: what it forgave, and both sides in its own notation.
ALTER TABLE score ADD COLUMN flags TEXT NOT NULL DEFAULT '';
ALTER TABLE score ADD COLUMN reference_form TEXT NOT NULL DEFAULT '';
ALTER TABLE score ADD COLUMN answer_form TEXT NOT NULL DEFAULT '';
