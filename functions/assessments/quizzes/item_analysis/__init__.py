"""How each question of a quiz does: how hard it is, and how well it tells who knows from who does not."""
