#!/usr/bin/env python3
"""Verifies an audit log that `cuntu audit export` has written, without anything of Cuntu.

    verify_audit.py LOG.jsonl [HEADS.jsonl]

LOG has a line of JSON for each act and each seal. HEADS has what was noted outside of the store, a line
{"n": …, "hash": "…"} for each seal, as `cuntu serve --audit-heads` writes it. Prints what is the matter, a line each, and
ends with 1 where anything is.

A text is hashed with its length in bytes and a colon before it. An act's hash is of a byte 0 and its texts; a seal's root
is that of the Merkle tree of RFC 6962 over the hashes of its acts; its own hash is of a byte 2 and its texts, of which one is
the hash of the seal before.
"""
import hashlib
import json
import sys
from datetime import datetime, timedelta

ACT = "seq at actor name origin address agent verb object outcome detail request".split()
SEAL = "n at hashing acts root before".split()
LATE = timedelta(minutes=1)  # that an act may wait for its seal when later ones have theirs


def digest(hashing, *parts):
    h = hashlib.new(hashing)
    for part in parts:
        h.update(part)
    return h.digest()


def texts(record, names):
    out = b""
    for name in names:
        text = str(record[name]).encode()
        out += str(len(text)).encode() + b":" + text
    return out


def root(hashing, leaves):
    if not leaves:
        return digest(hashing)
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return digest(hashing, b"\1", root(hashing, leaves[:k]), root(hashing, leaves[k:]))


def numbers(text):
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    if any(b <= a for a, b in zip(found, found[1:])):
        raise ValueError(f"the numbers {text} do not ascend")
    return found


def verify(acts, seals, heads):
    """Lists what is the matter with acts and seals, held against the heads noted elsewhere."""
    wrong, by_number, sealed = [], {}, {}
    for act in acts:
        if act["seq"] in by_number:
            wrong.append(f"act {act['seq']} stands there twice")
        by_number[act["seq"]] = act
    last = {"n": 0, "hash": "", "at": None}
    for seal in sorted(seals, key=lambda s: s["n"]):
        n, hashing = seal["n"], seal["hashing"]
        if n != last["n"] + 1 or seal["before"] != last["hash"]:
            wrong.append(f"seal {n} does not follow on seal {last['n']}")
        last = seal
        try:
            if hashing not in ("sha256", "sm3"):
                raise ValueError(f"{hashing} is not sha256 or sm3")
            if digest(hashing, b"\2", texts(seal, SEAL)).hex() != seal["hash"]:
                wrong.append(f"seal {n} is not what its hash was made of")
            own = numbers(seal["acts"])
        except ValueError as e:
            wrong.append(f"seal {n}: {e}")
            continue
        for number in own:
            if number not in by_number:
                wrong.append(f"act {number} of seal {n} is gone")
            if number in sealed:
                wrong.append(f"act {number} is in seals {sealed[number]} and {n}")
            sealed[number] = n
        leaves = [digest(hashing, b"\0", texts(by_number[i], ACT)) for i in own if i in by_number]
        if len(leaves) == len(own) and root(hashing, leaves).hex() != seal["root"]:
            wrong.append(f"acts {seal['acts']} are not what seal {n} was made of")
    highest = max(sealed, default=0)
    for number, act in by_number.items():
        if number not in sealed and number < highest:
            at, end = (datetime.fromisoformat(r["at"].replace("Z", "+00:00")) for r in (act, last))
            if not end - LATE <= at <= end:
                wrong.append(f"act {number} is in no seal, though later ones are")
    hashes = {seal["n"]: seal["hash"] for seal in seals}
    for head in heads:
        if hashes.get(head["n"]) != head["hash"]:
            wrong.append(f"seal {head['n']} is not the one that was noted elsewhere")
    return wrong


def main():
    lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    acts, seals = [r["act"] for r in lines if "act" in r], [r["seal"] for r in lines if "seal" in r]
    heads = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")] if len(sys.argv) > 2 else []
    wrong = verify(acts, seals, heads)
    print(f"{len(acts)} acts, {len(seals)} seals: " + ("as they were" if not wrong else f"{len(wrong)} faults"))
    for fault in wrong:
        print(fault)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
