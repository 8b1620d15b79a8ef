"""Writes small HDF5 files that are made to do harm, for the tests of reading: `python plant.py > planted.ts`."""

import base64
import gzip
import io
import struct

import h5py
import numpy as np


def file(write, libver="earliest"):
    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver) as root:
        write(root, root.create_group("vars"))
    return stream.getvalue()


def external_link(root, group):
    group["0"] = h5py.ExternalLink("/etc/passwd", "/x")


def external_storage(root, group):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_external(b"/etc/passwd", 0, 24)
    space = h5py.h5s.create_simple((6,))
    h5py.h5d.create(group.id, b"0", h5py.h5t.IEEE_F32LE, space, plist)


def virtual(root, group):
    layout = h5py.VirtualLayout(shape=(6,), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=(6,))
    group.create_virtual_dataset("0", layout)


def soft_links(root, group):
    group["0"] = np.arange(6, dtype="f4")
    group["1"] = h5py.SoftLink("/vars/0")
    group["2"] = h5py.SoftLink("/vars/3")
    group["3"] = h5py.SoftLink("/vars/2")
    root["again"] = root["/"]


def huge_shapes(root, group):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_alloc_time(h5py.h5d.ALLOC_TIME_LATE)
    space = h5py.h5s.create_simple((1 << 31, 1 << 20))
    h5py.h5d.create(group.id, b"0", h5py.h5t.IEEE_F32LE, space, plist)
    group.create_dataset("1", shape=(1 << 20, 1 << 10), chunks=(1024, 1024), dtype="f4")
    group.create_dataset("2", shape=(1 << 20, 1 << 10), chunks=(1024, 1024), dtype="f4", compression="gzip")


def same_bytes(root, group):
    group["0"] = np.zeros(1024, "f4")
    for i in range(1, 20):
        group[str(i)] = group["0"]


def attribute(root, group):
    root.attrs["model_config"] = np.zeros(61)


def other_types(root, group):
    group["0"] = np.zeros(3, dtype=[("a", "f4"), ("b", "i4")])
    group["1"] = np.array([b"abc"])
    group["2"] = np.array([root.ref], dtype=h5py.ref_dtype)
    group["3"] = np.zeros(3, ">f4")
    group["4"] = h5py.Empty("f4")


FILES = {
    "externalLink": file(external_link),
    "externalStorage": file(external_storage),
    "virtual": file(virtual, "latest"),
    "softLinks": file(soft_links),
    "hugeShapes": file(huge_shapes),
    "sameBytes": file(same_bytes),
    "hugeAttribute": file(attribute).replace(struct.pack("<Q", 61), struct.pack("<Q", 1 << 28)),
    "otherTypes": file(other_types),
}

print("/** Small HDF5 files that are made to do harm, as gzip in base64: `tools/keras/plant.py` writes them. */")
print("export const PLANTED = {")
for name, data in FILES.items():
    packed = base64.b64encode(gzip.compress(data, mtime=0)).decode()
    print(f"  {name}:\n    '{packed}',")
print("} as const;")
