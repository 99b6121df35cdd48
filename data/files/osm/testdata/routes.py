"""Makes routes.csv of andorra.osm.pbf: how far it is by road between 1,000 pairs of nodes of roads.

    pip install osmium networkx pyproj
    python routes.py

The graph is made of the file alone, by osmium and networkx: an edge between any two nodes that follow each other on a way
that one can drive, open in both directions, as long as the geodesic on WGS 84 (pyproj, PROJ's Karney). Ways join by the
ids of their nodes and in no other way. Columns: both places in degrees, the metres between them, and the metres where each
node is first moved to the nearest place of the grid on which the server keeps places: Web Mercator, 2^32 units to the
world. Metres are empty where no way leads.
"""

import csv
import math
import random

import networkx
import osmium
import pyproj

DRIVEN = set(
    "motorway motorway_link trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link "
    "unclassified residential living_street service track road construction proposed".split()
)
WALKED = {"footway", "path", "cycleway", "steps", "pedestrian", "bridleway"}
PAIRS = 1000


def driven(tags):
    return (
        tags.get("highway") in DRIVEN
        and tags.get("area") != "yes"
        and tags.get("construction") not in WALKED
        and tags.get("proposed") not in WALKED
    )


def read(path):
    ways, places = [], {}
    for way in osmium.FileProcessor(path, osmium.osm.WAY):
        if driven(way.tags):
            ways.append([n.ref for n in way.nodes])
    wanted = {n for way in ways for n in way}
    for node in osmium.FileProcessor(path, osmium.osm.NODE):
        if node.id in wanted:
            places[node.id] = (node.location.lon, node.location.lat)
    return ways, places


def to_grid(place):
    lon, lat = place
    units = 2.0**32 / (2 * math.pi)
    x = round(math.radians(lon) * units) / units
    y = round(math.asinh(math.tan(math.radians(lat))) * units) / units
    return math.degrees(x), math.degrees(math.atan(math.sinh(y)))


def graph(ways, places):
    geod, g = pyproj.Geod(ellps="WGS84"), networkx.Graph()
    for way in ways:
        for a, b in zip(way, way[1:]):
            if a != b and a in places and b in places:
                metres = geod.inv(*places[a], *places[b])[2]
                if not g.has_edge(a, b):
                    g.add_edge(a, b, metres=metres)
    return g


def main():
    ways, places = read("andorra.osm.pbf")
    exact = graph(ways, places)
    grid = graph(ways, {n: to_grid(p) for n, p in places.items()})
    nodes = sorted(exact.nodes)
    random.seed(20151)
    with open("routes.csv", "w", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow("lon1 lat1 lon2 lat2 metres grid_metres".split())
        for _ in range(PAIRS):
            a, b = random.sample(nodes, 2)
            row = [*places[a], *places[b]]
            if networkx.has_path(exact, a, b):
                row += [f"{networkx.dijkstra_path_length(g, a, b, weight='metres'):.6f}" for g in (exact, grid)]
            else:
                row += ["", ""]
            rows.writerow(row)


if __name__ == "__main__":
    main()
