function (map) {
  function thin() {
    var kept = [];
    map.getContainer().querySelectorAll(".seatplan-name").forEach(function (name) {
      name.style.visibility = "";
      var a = name.getBoundingClientRect();
      var free = kept.every(function (b) {
        return a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
      });
      if (free) kept.push(a);
      else name.style.visibility = "hidden";
    });
  }
  var waiting = 0;
  function later() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(thin);
  }
  map.on("zoomend moveend layeradd layerremove resize", later);
  later();
}
