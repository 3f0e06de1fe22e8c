"""参会登记: the tick list, the doors, badges, paper, the hall's screen, print and export."""
