"""What a folium map of seatplan is made of: layers, names, a legend, controls."""
