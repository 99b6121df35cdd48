"""Makes the Parquet files of this folder, and expected.json: what geopandas and pyarrow read from them."""

import datetime as dt
import decimal
import json

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

NAMES = ["商州区杨斜镇", "洛南县四皓街道", None, "丹凤县棣花镇", "吕家沟㙍村", ""]
ZONE = dt.timezone(dt.timedelta(hours=8))


def villages(n, crs):
    place = [None if i % 5 == 4 else shapely.Point(109.5 + i * 0.0123456789, 33.3 + i * 0.01) for i in range(n)]
    table = {
        "名称": pa.array([NAMES[i % len(NAMES)] for i in range(n)]),
        "people": pa.array([None if i % 7 == 3 else 1200 + i * 37 for i in range(n)], pa.int32()),
        "code": pa.array([611000000000 + i * i for i in range(n)], pa.int64()),
        "big": pa.array([18446744073709551615 - i if i % 2 else i for i in range(n)], pa.uint64()),
        "small": pa.array([200 - i % 9 for i in range(n)], pa.uint8()),
        "rate": pa.array([88.5 + i / 8 for i in range(n)], pa.float64()),
        "share": pa.array([(i % 10) / 10 for i in range(n)], pa.float32()),
        "poor": pa.array([None if i % 6 == 5 else i % 3 == 0 for i in range(n)]),
        "day": pa.array([dt.date(2017, 5, 31) - dt.timedelta(days=i % 60 * 999) for i in range(n)], pa.date32()),
        "clock": pa.array([dt.time(8, i % 60, 1, i % 7) for i in range(n)], pa.time64("us")),
        "at": pa.array([dt.datetime(2017, 5, 31, 8, i % 60, tzinfo=ZONE) for i in range(n)], pa.timestamp("us", "Asia/Shanghai")),
        "local": pa.array([dt.datetime(1969, 12, 31, 23, i % 60, 59, 500000) for i in range(n)], pa.timestamp("ms")),
        "money": pa.array([decimal.Decimal(i * i - 50).scaleb(-2) for i in range(n)], pa.decimal128(9, 2)),
        "wide": pa.array([decimal.Decimal(10**24 + i) * (-1) ** i for i in range(n)], pa.decimal128(30, 0)),
    }
    frame = geopandas.GeoDataFrame(geometry=place, crs="EPSG:4326").to_crs(crs)
    table["geometry"] = pa.array(frame.geometry.to_wkb(), pa.binary())
    return pa.table(table), frame.crs


def geo(crs, column="geometry", **more):
    about = {"encoding": "WKB", "geometry_types": []} | more
    if crs != "absent":
        about["crs"] = crs.to_json_dict() if crs else None
    return {b"geo": json.dumps({"version": "1.1.0", "primary_column": column, "columns": {column: about}}).encode()}


def write(name, table, meta=None, **options):
    pq.write_table(table.replace_schema_metadata(meta), name + ".parquet", **options)


def plain(v):
    if isinstance(v, (dt.datetime, dt.date, dt.time)):
        return v.isoformat()
    if isinstance(v, decimal.Decimal):
        return str(v)
    return v


def expected(name, geometry):
    table = pq.read_table(name + ".parquet", columns=[c for c in KEPT if c in pq.read_schema(name + ".parquet").names] if name != "table" else None)
    rows = {c: [plain(v) for v in table[c].to_pylist()] for c in table.column_names if c != geometry}
    out = {"columns": table.column_names, "values": rows}
    if geometry:
        try:
            frame = geopandas.read_parquet(name + ".parquet")
            out["epsg"] = frame.crs.to_epsg() if frame.crs else 0
            out["wkt"] = [g and g.wkt for g in frame.geometry]
        except ValueError:  # no "geo" key
            out["wkt"] = [b and shapely.from_wkb(b).wkt for b in table[geometry].to_pylist()]
    return out


few, c4490 = villages(12, "EPSG:4490")
KEPT = few.column_names
many, c4547 = villages(800, "EPSG:4547")

write("snappy", few, geo(c4490))
write("zstd", few, geo(c4490), compression="zstd", data_page_version="2.0")
write("brotli", few, geo(c4490), compression="brotli")
write("lz4", few, geo(c4490), compression="lz4", use_deprecated_int96_timestamps=True)
delta = {c: "DELTA_BINARY_PACKED" for c in ("people", "code", "day", "clock")}
delta |= {"名称": "DELTA_BYTE_ARRAY", "geometry": "DELTA_LENGTH_BYTE_ARRAY", "rate": "BYTE_STREAM_SPLIT", "poor": "RLE", "money": "BYTE_STREAM_SPLIT"}
options = dict(row_group_size=300, data_page_size=2048, write_batch_size=50, compression="gzip", data_page_version="2.0")
write("delta", many.select(["名称", "people", "code", "day", "clock", "rate", "poor", "money", "geometry"]), geo(c4547), use_dictionary=False,
      column_encoding=delta, **options)
write("pages", many.select(["名称", "small", "share", "geometry"]), geo(c4547), **options | dict(data_page_version="1.0", compression="snappy"))
write("plain", few, geo("absent"), compression="none", use_dictionary=False)
write("unknown", few.select(["名称", "geometry"]), geo(None))
write("nokey", few.select(["名称", "geometry"]))

NESTED = few.select(["名称", "geometry"])
NESTED = NESTED.append_column("list", pa.array([[1, 2]] * 12)).append_column("struct", pa.array([{"a": 1, "b": [1]}] * 12))
NESTED = NESTED.append_column("bytes", pa.array([b"\xff\x00"] * 12)).append_column("code", few["code"])
write("nested", NESTED, geo(c4490))

polygons = geopandas.read_file("../polygons.geojson").to_crs("EPSG:4547")
polygons.to_parquet("polygons.parquet", write_covering_bbox=True, schema_version="1.1.0")
geopandas.read_file("../points.geojson").to_parquet("native.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")

table = few.select(["名称", "people"]).append_column("经度", pa.array([109.5 + i / 100 for i in range(12)]))
write("table", table.append_column("纬度", pa.array([33.25 + i / 100 for i in range(12)])))

import geoarrow.pyarrow  # noqa: E402  marks columns as Parquet's own GEOMETRY

marked = geoarrow.pyarrow.as_wkb(few["geometry"].combine_chunks())
marked = geoarrow.pyarrow.with_crs(marked, c4490)
write("marked", pa.table({"名称": few["名称"], "where": marked}))

NAMED = ["snappy", "zstd", "brotli", "lz4", "delta", "pages", "plain", "unknown", "nokey", "nested"]
answers = {n: expected(n, "geometry") for n in NAMED} | {"table": expected("table", None)}
KEPT = ["name", "geometry"]
answers["polygons"] = expected("polygons", "geometry")
with open("expected.json", "w") as f:
    json.dump(answers, f, ensure_ascii=False, separators=(",", ":"))
