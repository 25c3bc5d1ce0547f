-- What a model's fingerprint is the hash of, as far as the backend knows: weights, quantisation, device, template.
ALTER TABLE run ADD COLUMN model_settings TEXT NOT NULL DEFAULT '{}';
