"""What is trained: one short file a recipe: data, features, model, loss, metric."""
