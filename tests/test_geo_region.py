"""The region: boxes, codes and boundary files, sound and hostile."""

from __future__ import annotations

import stat
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from errors import InputError
from geo.archives import RATIO_FROM_BYTES
from geo.outlines import known_outlines
from geo.region import boundary_region, read_region

SQUARE = shapely.box(114.0, 30.0, 114.2, 30.1)


KML = '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>{}</Folder></Document></kml>'
PLACEMARK = "<Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def _ring(shape: shapely.Polygon) -> str:
    return " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)


def written(folder: Path, kind: str, *, crs: int = 4326) -> Path:
    frame = gpd.GeoDataFrame(
        {"name": ["西", "东"]}, geometry=[shapely.box(114.0, 30.0, 114.1, 30.1), shapely.box(114.1, 30.0, 114.2, 30.1)]
    )
    frame = frame.set_crs(4326).to_crs(crs)
    path = folder / f"boundary.{kind}"
    if kind == "kml":
        path.write_text(KML.format("".join(f"<Placemark>{PLACEMARK.format(_ring(shape))}</Placemark>" for shape in frame.geometry)))
        return path
    if kind != "zip":
        frame.to_file(path)
        return path
    frame.to_file(folder / "part.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.glob("part.*"):
            archive.write(part, f"内/{part.name}")
    return path


@pytest.mark.parametrize(
    ("kind", "crs"), [("geojson", 4326), ("gpkg", 4326), ("gpkg", 32650), ("kml", 4326), ("zip", 4490), ("zip", 32650)]
)
def test_boundary_files_of_every_kind_give_the_same_region(tmp_path: Path, kind: str, crs: int) -> None:
    region = boundary_region(written(tmp_path, kind, crs=crs))
    assert region.is_valid
    # Edges that are straight in UTM bend by some metres in degrees.
    assert region.symmetric_difference(SQUARE).area < SQUARE.area * (1e-3 if crs == 32650 else 1e-9)


def test_nothing_given_is_no_region_and_two_are_one_too_many(tmp_path: Path) -> None:
    assert read_region() is None
    with pytest.raises(InputError, match="one region"):
        read_region(bbox="1,2,3,4", county="410928")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "115,35,114,36",
        "114,36,115,35",
        "35,114,36,115",
        "114,35,nan,36",
        "a,b,c,d",
        "114,35,114,36",
        "-inf,0,1,1",
    ],
)
def test_a_bad_box_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="W,S,E,N"):
        read_region(bbox=text)


def test_county_and_city_codes_give_outlines() -> None:
    county, city = read_region(county="410928"), read_region(county="421200")
    assert county is not None
    assert city is not None
    assert county.contains(shapely.Point(115.03, 35.53))
    assert city.intersects(known_outlines(["421202"])["421202"])
    assert county.is_valid
    assert city.area > 4 * county.area


@pytest.mark.parametrize("code", ["", "41092", "999999", "41092x", "4109 28", "' OR 1=1", "４１０９２８"])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(InputError, match="division code"):
        read_region(county=code)


def test_outlines_are_read_without_writing_into_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(known_outlines(["110105", "220104", "nonsense"])) == 2
    assert not list(tmp_path.iterdir())


VRT = b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
HOSTILE = {
    "vrt.geojson": VRT,
    "vrt.kml": VRT,
    "vrt.gpkg": VRT,
    "text.zip": b"not a zip",
    "half.zip": b"PK\x03\x04 and no more",
    "pipeline.geojson": b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}',
    "broken.geojson": b'{"type": "FeatureCollection", "features": [',
    "sqlite.gpkg": b"SQLite format 3\0" + b"\0" * 200,
    "empty.geojson": b"",
    "dtd.kml": b'<!DOCTYPE kml [<!ENTITY a "a">]><kml xmlns="http://www.opengis.net/kml/2.2"><name>&a;</name></kml>',
    "cut.kml": b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
    "boundary.txt": b"{}",
    "points.geojson": b'{"type": "Point", "coordinates": [114, 30]}',
    "metres.geojson": b'{"type": "Polygon", "coordinates": [[[0, 0], [5000, 0], [5000, 5000], [0, 0]]]}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_boundary_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    with pytest.raises(InputError):
        boundary_region(tmp_path / name)


def test_an_archive_with_two_shapefiles_or_none_is_refused(tmp_path: Path) -> None:
    for members in ([], ["a.shp", "b.shp"], ["../a.shp"], ["a.shp"]):
        path = tmp_path / "bad.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for member in members:
                archive.writestr(member, VRT)
        with pytest.raises(InputError):
            boundary_region(path)


def test_an_archive_that_is_no_archive_of_ours_is_refused(tmp_path: Path) -> None:
    good = written(tmp_path, "zip")
    link = zipfile.ZipInfo("内/part.prj")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for member, content in (("../evil.txt", b"x"), ("C:/evil.txt", b"x"), (link, b"/etc/passwd"), ("bomb", bytes(RATIO_FROM_BYTES + 1))):
        bad = tmp_path / "bad.zip"
        bad.write_bytes(good.read_bytes())
        with zipfile.ZipFile(bad, "a") as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the same name twice
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
        with pytest.raises(InputError):
            boundary_region(bad)


def test_a_shapefile_without_crs_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "zip")
    bare = tmp_path / "bare.zip"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            if not name.endswith(".prj"):
                target.writestr(name, source.read(name))
    with pytest.raises(InputError, match="coordinate system"):
        boundary_region(bare)
    with pytest.raises(InputError, match="no file"):
        boundary_region(tmp_path / "missing.gpkg")


def test_a_bow_tie_is_repaired(tmp_path: Path) -> None:
    path = tmp_path / "tie.geojson"
    path.write_text(shapely.to_geojson(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])))
    region = boundary_region(path)
    assert region.is_valid
    assert region.area == pytest.approx(2)
