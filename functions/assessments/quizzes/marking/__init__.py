"""What the model, or a hand, decided on answers that no key can grade; and appeals."""
