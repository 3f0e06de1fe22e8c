"""社情民意信息: write one, edit it, send it on, say what became of it."""
