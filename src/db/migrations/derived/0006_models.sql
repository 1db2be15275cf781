-- Which embedding models passages have vectors of: after a change of the model
-- both, until the last was embedded anew.
CREATE INDEX passages_model ON passages (embed_model);
