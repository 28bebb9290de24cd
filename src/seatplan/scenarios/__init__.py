"""What a plan changes: interventions and the scenarios made of them."""
