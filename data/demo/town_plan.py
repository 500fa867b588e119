"""The plan of 青禾镇, on a plane in metres around its main junction: where river, roads, streets and villages lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.ops import substring

from data.demo.plane import Floats, Plane
from data.demo.roads import Obstacle, Road
from data.demo.shapes import blob, scatter, wander, web

PLANE = Plane(lon=114.93, lat=30.12)
RADIUS = 5600.0

# Name, place, radius of the main village, and where its hamlets lie from it.
VILLAGES = (
    ("柳林村", (-3700, 3250), 300, ((-460, -560, "下柳湾"), (560, 380, "陈家垄"))),
    ("清溪村", (-1750, 2500), 290, ((-560, -420, "溪口湾"), (480, 520, "小清溪"))),
    ("高岭村", (-450, 4250), 250, ((-640, 240, "岭背"), (330, 400, "石窑"))),
    ("茶园村", (1350, 3800), 260, ((620, 330, "上茶园"), (-380, -640, "周家坳"))),
    ("白鹤村", (3450, 2950), 270, ((640, -380, "鹤咀"), (-180, 690, "白鹤洲"))),
    ("石桥村", (1750, 1900), 310, ((700, 120, "桥头湾"), (-480, 420, "吴家塘"))),
    ("官塘村", (-4250, 900), 290, ((-480, -470, "塘尾"), (560, 370, "官塘畈"))),
    ("朝阳村", (-2150, -1150), 330, ((-760, -170, "朝阳新湾"), (350, -560, "向家湾"))),
    ("东湖村", (4250, 1250), 300, ((-650, -260, "湖西"), (420, 540, "湖汊"))),
    ("新丰村", (2450, -950), 300, ((-620, -300, "老新丰"), (520, -420, "徐家垅"))),
    ("双河村", (4350, -1750), 270, ((-460, 560, "河咀"), (-380, -600, "双河口"))),
    ("马家湾村", (-3850, -1500), 260, ((-620, -180, "后马湾"),)),
    ("杨畈村", (-1900, -3750), 290, ((-650, 200, "上杨畈"), (580, -330, "谢家墩"))),
    ("红光村", (1450, -3650), 300, ((650, -260, "红光新村"), (-520, -420, "龚家岭"))),
)
# These have one grid; the others have one around the main village and one around the first hamlet: 25 in all.
ONE_GRID = ("高岭村", "马家湾村", "双河村")

RIVER = (
    (-7200, 3300),
    (-5200, 2300),
    (-3300, 1750),
    (-1500, 1120),
    (0, 1080),
    (1500, 900),
    (2750, 480),
    (3550, -150),
    (4700, -650),
    (7200, -1300),
)
EXPRESSWAY = ((-7400, -3500), (-4500, -2900), (-2000, -2380), (400, -2250), (2600, -2550), (4800, -3150), (7400, -3700))
WEST, EAST, SOUTH, NORTH = (0, 2), (4, 2), (2, 0), (2, 4)

# The lattice of the town's streets, before it is turned and shaken.
COLUMNS = (-470.0, -240.0, 0.0, 225.0, 455.0)
ROWS = (-410.0, -200.0, 0.0, 195.0, 400.0)
TURN = np.radians(9.0)


@dataclass(frozen=True)
class Plan:
    """Everything that lies on the plane, drawn from one generator in a fixed order."""

    rng: np.random.Generator

    @cached_property
    def corners(self) -> Floats:
        """Return the street corners, shape ``(5, 5, 2)``, column by row."""
        x, y = np.meshgrid(COLUMNS, ROWS, indexing="ij")
        shaken = np.stack([x, y], axis=-1) + self.rng.uniform(-16, 16, (5, 5, 2))
        shaken[2, 2] = 0
        turn = np.array([[np.cos(TURN), np.sin(TURN)], [-np.sin(TURN), np.cos(TURN)]])
        return np.asarray(shaken @ turn)

    @cached_property
    def river(self) -> shapely.LineString:
        """Return the middle of the river."""
        return shapely.LineString(wander(RIVER, self.rng, spacing=60, sway=110))

    @cached_property
    def expressway(self) -> shapely.LineString:
        """Return the middle of the expressway."""
        return shapely.LineString(wander(EXPRESSWAY, self.rng, spacing=110, sway=0))

    @cached_property
    def region(self) -> shapely.Polygon:
        """Return the outline within which the township lies, before its border is drawn along fields."""
        return blob((150, 50), RADIUS, self.rng, rough=0.085)

    @cached_property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """Return what roads pass over."""
        return Obstacle(self.river, 48.0), Obstacle(self.expressway, 60.0)

    @cached_property
    def main_roads(self) -> list[Road]:
        """Return the national road and the county roads, which meet at the street corner in the middle of the town."""
        c, rng = self.corners, self.rng
        row, column = c[:, 2], c[2]

        def through(before: list[tuple[float, float]], middle: Floats, after: list[tuple[float, float]]) -> Floats:
            first, last = wander([*before, middle[0]], rng), wander([middle[-1], *after], rng)
            return np.concatenate([first[:-1], middle, last[1:]])

        g = through([(-7300, -700), (-4900, -450), (-2950, -330)], row, [(1650, 285), (3600, 720), (7300, 620)])
        x021 = through([(250, 7300), (620, 4600), (420, 2600)], column[::-1], [(180, -1500), (-250, -3100), (60, -5000), (-300, -7300)])
        return [
            Road(g, "trunk", "青云大道", "G351"),
            Road(x021, "secondary", "青高线", "X021"),
            Road(wander([(-2950, -330), (-3150, 1000), (-3150, 2500), (-4550, 5000), (-5300, 7300)], rng), "secondary", "官柳线", "X034"),
            Road(wander([(1650, 285), (2150, 1250), (3450, 2950), (4300, 4400), (5600, 7000)], rng), "secondary", "东鹤线", "X047"),
            Road(wander([(-250, -3100), (-1900, -3750), (-3700, -4300), (-7000, -6100)], rng), "secondary", "杨高线", "X052"),
        ]

    @cached_property
    def interchange(self) -> list[Road]:
        """Return the carriageways, the exit with its ramps, the flyover and the link to the county road."""
        carriageways = {side: shapely.offset_curve(self.expressway, 13 * side) for side in (1, -1)}
        at = self.expressway.project(shapely.Point(1150, -2250))

        def beside(along: float, away: float) -> tuple[float, float]:
            here, ahead = (shapely.get_coordinates(self.expressway.interpolate(at + along + d))[0] for d in (-1.0, 1.0))
            course = (ahead - here) / np.hypot(*(ahead - here))
            return tuple((here + ahead) / 2 + away * np.array([-course[1], course[0]]))

        north, south, toll = beside(0, 130), beside(0, -130), beside(-40, 320)
        roads = [
            Road(shapely.get_coordinates(line)[:: -1 if side > 0 else 1], "motorway", "青云高速", "S78", "under", True)
            for side, line in carriageways.items()
        ]
        for side, hub in ((1, north), (-1, south)):
            for sign in (-1, 1):
                start = beside(sign * 420, 13 * side)
                ramp = wander([start, beside(sign * 220, 42 * side), beside(sign * 70, 95 * side), hub], self.rng, spacing=45, sway=0)
                # Traffic keeps right: it leaves before the exit and joins after it.
                leaves = (sign < 0) == (side < 0)
                roads.append(Road(ramp if leaves else ramp[::-1], "motorway_link", "青禾互通匝道", "", "under", True))
        roads.append(Road(np.array([north, south]), "motorway_link", "青禾互通匝道", "", "over"))
        roads.append(Road(wander([north, toll], self.rng, spacing=50, sway=0), "motorway_link", "青禾收费站", "", "under"))
        county = shapely.LineString(self.main_roads[1].line)
        joins = county.interpolate(county.project(shapely.Point(120, -1650)))
        roads.append(Road(wander([toll, (700, -1780), (joins.x, joins.y)], self.rng, sway=10), "secondary", "高速连接线", "", "under"))
        return roads

    @property
    def toll(self) -> tuple[float, float]:
        """Return where the toll booths of the exit stand."""
        return tuple(self.interchange[-1].line[0])

    @cached_property
    def streets(self) -> list[Road]:
        """Return the town's own streets."""
        names_down = ("建设街", "民主街", "", "文化路", "环城东路")
        names_across = ("滨塘路", "富民路", "", "解放街", "河堤路")
        c = self.corners
        down = [Road(c[i], "tertiary" if i in (0, 4) else "residential", names_down[i]) for i in (0, 1, 3, 4)]
        across = [Road(c[:, j], "tertiary" if j in (0, 4) else "residential", names_across[j]) for j in (0, 1, 3, 4)]
        return down + across

    @cached_property
    def village_roads(self) -> list[Road]:
        """Return the roads between villages and to the main roads, and those that leave the township."""
        place = {name: np.array(at, dtype=float) for name, at, _, _ in VILLAGES}
        main = shapely.union_all([shapely.LineString(road.line) for road in self.main_roads])
        roads = []
        for one, other, ref, name in LINKS:
            ends = [place[one], place[other]]
            highway = "tertiary" if ref else "unclassified"
            roads.append(Road(wander(ends, self.rng, spacing=85, sway=70), highway, name, ref))
        for name, anchors in SPURS:
            ends = [place[name], *map(np.array, anchors)]
            roads.append(Road(wander(ends, self.rng, spacing=70, sway=60), "unclassified", name.removesuffix("村") + "路"))
        for name in TO_MAIN:
            near = shapely.get_coordinates(shapely.shortest_line(shapely.Point(place[name]), main))[1]
            roads.append(Road(wander([place[name], near], self.rng, spacing=60, sway=40), "unclassified", name.removesuffix("村") + "村道"))
        return roads

    @cached_property
    def clusters(self) -> list[tuple[str, str, shapely.Polygon, Floats]]:
        """Return each settlement: its village, its name, its outline and where its lanes meet."""
        found = []
        for village, at, radius, hamlets in VILLAGES:
            around = [(name, (at[0] + east, at[1] + north), 120 + 40 * self.rng.random()) for east, north, name in hamlets]
            for name, centre, reach in [(village.removesuffix("村"), at, radius), *around]:
                outline = blob(centre, reach, self.rng, rough=0.2)
                found.append((village, name, outline, scatter(outline, 66, self.rng)))
        return found

    @cached_property
    def lanes(self) -> list[Road]:
        """Return the lanes of every settlement, and the way from each hamlet to its village."""
        before = self.main_roads + self.village_roads + self.interchange
        higher = shapely.union_all([shapely.LineString(road.line) for road in before])
        water = shapely.union_all([self.river.buffer(70), self.expressway.buffer(90)])
        heart = {name: np.array(at, dtype=float) for name, at, _, _ in VILLAGES}
        roads = []
        for village, name, outline, sites in self.clusters:
            clear = (shapely.distance(shapely.points(sites), higher) > 28) & ~shapely.intersects_xy(water, sites[:, 0], sites[:, 1])
            points = sites[clear]
            edges = web(points, self.rng, loops=0.3)
            drawn = shapely.linestrings(points[edges])
            dry = ~shapely.intersects(drawn, water)
            bends = points[edges].mean(axis=1) + self.rng.normal(0, 4.0, (len(edges), 2))
            roads += [
                Road(np.array([points[a], bend, points[b]] if self.rng.random() < 0.4 else [points[a], points[b]]), "residential")
                for (a, b), bend, good in zip(edges, bends, dry, strict=True)
                if good
            ]
            roads += list(self._ties(points, higher))
            if name != village.removesuffix("村"):
                middle = shapely.get_coordinates(outline.centroid)[0]
                start = points[np.argmin(np.hypot(*(points - middle).T))]
                roads.append(Road(wander([start, heart[village]], self.rng, spacing=60, sway=45), "unclassified", f"{name}路"))
        return roads

    def _ties(self, points: Floats, higher: shapely.Geometry) -> Iterator[Road]:
        """Yield short ways from the lanes nearest to the village road out to it."""
        away = shapely.distance(shapely.points(points), higher)
        for index in np.argsort(away)[:3]:
            if away[index] < 160:
                onto = shapely.get_coordinates(shapely.shortest_line(shapely.Point(points[index]), higher))[1]
                yield Road(np.array([points[index], onto]), "residential")

    @cached_property
    def network_so_far(self) -> shapely.Geometry:
        """Return the roads and lanes that tracks and paths set out from."""
        return shapely.union_all([shapely.LineString(road.line) for road in [*self.main_roads, *self.village_roads, *self.lanes]])

    @cached_property
    def tracks(self) -> list[Road]:
        """Return farm tracks into the fields, most of them dead ends, and paths along the river."""
        roads = []
        dry = shapely.union_all([self.river.buffer(80), self.expressway.buffer(100)])
        for *_, sites in self.clusters:
            centre = sites.mean(axis=0)
            for _ in range(3):
                outward = self.rng.uniform(0, 2 * np.pi)
                start = sites[np.argmax((sites - centre) @ [np.cos(outward), np.sin(outward)])]
                start = shapely.get_coordinates(shapely.shortest_line(shapely.Point(start), self.network_so_far))[1]
                line = self._ramble(start, outward, self.rng.uniform(220, 620))
                if not shapely.LineString(line).intersects(dry):
                    roads.append(Road(line, "track"))
                    if self.rng.random() < 0.6:
                        middle = line[len(line) // 2]
                        branch = self._ramble(middle, outward + self.rng.choice([-1, 1]) * np.pi / 2, self.rng.uniform(120, 320))
                        if not shapely.LineString(branch).intersects(dry):
                            roads.append(Road(branch, "track" if self.rng.random() < 0.6 else "path"))
        return roads + self._river_paths()

    def _river_paths(self) -> list[Road]:
        """Return the paths along the river, below the bridges, and the ways down to them."""
        # On a bridge there is no way down.
        streets = shapely.difference(self.network_so_far, self.river.buffer(75))
        roads = []
        for side, start, end in ((1, 900.0, 9300.0), (-1, 5200.0, 8200.0)):
            bank = shapely.offset_curve(substring(self.river, start, end), 30 * side).simplify(15)
            roads.append(Road(shapely.get_coordinates(bank), "path", "清溪河堤", "", "under"))
            ways = shapely.shortest_line(shapely.line_interpolate_point(bank, np.arange(0, bank.length, 150)), streets)
            ways = ways[~shapely.intersects(ways, self.river)]
            roads += [Road(shapely.get_coordinates(way), "path") for way in ways[np.argsort(shapely.length(ways))[:3]]]
        return roads

    def _ramble(self, start: Floats, heading: float, length: float) -> Floats:
        steps = max(int(length / 55), 2)
        headings = heading + np.cumsum(self.rng.normal(0, 0.16, steps))
        return np.concatenate([[start], start + np.cumsum(55 * np.column_stack([np.cos(headings), np.sin(headings)]), axis=0)])


# Roads between villages: a Y number is a township road.
LINKS = (
    ("柳林村", "清溪村", "Y011", "青柳路"),
    ("清溪村", "高岭村", "", "清高路"),
    ("高岭村", "茶园村", "Y012", "高茶路"),
    ("茶园村", "白鹤村", "Y012", "高茶路"),
    ("茶园村", "石桥村", "", "茶石路"),
    ("石桥村", "白鹤村", "", "石鹤路"),
    ("官塘村", "马家湾村", "Y013", "官马路"),
    ("朝阳村", "马家湾村", "Y013", "官马路"),
    ("新丰村", "双河村", "Y014", "新双路"),
    ("东湖村", "双河村", "", "东双路"),
    ("杨畈村", "朝阳村", "", "杨朝路"),
    ("新丰村", "红光村", "Y015", "新红路"),
)
# Roads from a village past the township's border.
SPURS = (
    ("柳林村", ((-5000, 3900), (-6900, 4300))),
    ("高岭村", ((-1100, 5200), (-1500, 7000))),
    ("茶园村", ((2200, 5000), (2600, 6900))),
    ("东湖村", ((5400, 1900), (7200, 2400))),
    ("双河村", ((5300, -1900), (7200, -2300))),
    ("马家湾村", ((-5100, -1700), (-7200, -2000))),
    ("红光村", ((2600, -4600), (3600, -6800))),
    ("官塘村", ((-5300, 1400), (-7200, 1500))),
)
TO_MAIN = ("官塘村", "朝阳村", "东湖村", "新丰村", "红光村", "石桥村", "清溪村", "高岭村", "柳林村", "茶园村")
