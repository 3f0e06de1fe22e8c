"""The design page: type, colours and components as the style sheets and templates give them."""
