import base64
import hashlib
import os
import struct


def test_an_image_is_known_by_its_file_name_and_hashed_but_not_with_md5(graph):
    hash = graph.image()
    assert hash != hashlib.md5(graph.png).hexdigest()
    assert graph.image(name="other.png") == hash
    row = graph.get(f"{graph.account}/adimages", hashes=[hash], fields="name,width,height,hash,status")["data"]
    assert [(one["name"], one["width"], one["height"]) for one in row] == [("hero.png", 1200, 628)]
    assert row[0]["id"] == f"1234567890:{hash}"
    assert graph.get(row[0]["id"], fields="hash")["hash"] == hash


def test_images_come_as_base64_too_and_give_the_same_hash(graph):
    text = base64.b64encode(graph.png).decode()
    reply = graph.post(f"{graph.account}/adimages", bytes=text, name="b.png")
    assert reply["images"]["bytes"]["hash"] == graph.image()
    assert graph.refused(f"{graph.account}/adimages", bytes="***")[0] == 100
    assert graph.refused(f"{graph.account}/adimages")[0] == 100


def test_images_are_found_by_name_and_deleted_by_hash(graph):
    hash = graph.image()
    found = graph.get(f"{graph.account}/adimages", name="hero.png")["data"]
    assert [one["hash"] for one in found] == [hash]
    assert graph.get(f"{graph.account}/adimages", name="else.png")["data"] == []
    graph.delete(f"{graph.account}/adimages", hash=hash)
    assert graph.get(f"{graph.account}/adimages")["data"] == []


def chunk(graph, session, offset, content):
    files = {"video_file_chunk": ("f.mp4", content, "multipart/form-data")}
    params = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(offset)}
    return graph.call("POST", f"{graph.account}/advideos", params, files=files)


def start(graph, size):
    return graph.post(f"{graph.account}/advideos", upload_phase="start", file_size=size)


def finish(graph, session, **more):
    return graph.post(f"{graph.account}/advideos", upload_phase="finish", upload_session_id=session, **more)


def status(graph, id):
    return graph.get(id, fields="status")["status"]["video_status"]


def test_a_chunked_upload_is_byte_exact_and_is_processed_by_the_clock(graph, sandbox):
    content = os.urandom(3_000_000) + b"\r\n--boundary--\r\n"
    begun = start(graph, len(content))
    assert begun["start_offset"] == "0" and begun["end_offset"] == "1048576"
    at, end = 0, 1048576
    while at != end:
        reply = graph.ok(chunk(graph, begun["upload_session_id"], at, content[at:end]))
        at, end = int(reply["start_offset"]), int(reply["end_offset"])
    assert finish(graph, begun["upload_session_id"], title="Film") == {"success": True}
    video = sandbox.world.nodes[begun["video_id"]]
    assert video.hidden["sha256"] == hashlib.sha256(content).hexdigest()
    assert status(graph, begun["video_id"]) == "processing"
    assert graph.get(f"{begun['video_id']}/thumbnails")["data"] == []
    graph.advance(2)
    assert status(graph, begun["video_id"]) == "ready"
    assert graph.get(begun["video_id"], fields="title,created_time") == {
        "id": begun["video_id"],
        "title": "Film",
        "created_time": "2026-11-21T02:00:00+0000",
    }


def test_a_wrong_offset_names_the_right_one(graph):
    session = start(graph, 2_000_000)["upload_session_id"]
    graph.ok(chunk(graph, session, 0, b"x" * 1000))
    error = chunk(graph, session, 0, b"x" * 1000).json()["error"]
    assert error["error_subcode"] == 1363037
    assert error["error_data"] == {"start_offset": "1000", "end_offset": str(1000 + 1000000)}


def test_a_larger_chunk_than_asked_is_taken(graph):
    session = start(graph, 3_000_000)["upload_session_id"]
    assert graph.ok(chunk(graph, session, 0, b"x" * 2_500_000))["start_offset"] == "2500000"


def test_finish_succeeds_without_all_bytes_and_the_video_fails_later(graph):
    begun = start(graph, 2_000_000)
    graph.ok(chunk(graph, begun["upload_session_id"], 0, b"x" * 1000))
    assert finish(graph, begun["upload_session_id"]) == {"success": True}
    graph.advance(5)
    seen = graph.get(begun["video_id"], fields="status")["status"]
    assert seen["video_status"] == "error" and seen["uploading_phase"]["bytes_transferred"] == 1000


def test_an_upload_can_be_cancelled_and_is_then_gone(graph):
    begun = start(graph, 1000)
    session = begun["upload_session_id"]
    graph.post(f"{graph.account}/advideos", upload_phase="cancel", upload_session_id=session)
    assert chunk(graph, session, 0, b"x").json()["error"]["error_subcode"] == 1363030
    assert graph.get(f"{graph.account}/advideos")["data"] == []


def test_thumbnails_have_a_preferred_one_and_real_pictures(graph):
    id = graph.video()
    graph.advance(2)
    rows = graph.get(f"{id}/thumbnails")["data"]
    assert [row["is_preferred"] for row in rows].count(True) == 1
    picture = graph.http.get(rows[0]["uri"])
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")


def test_videos_can_be_found_by_title(graph):
    id = graph.video()
    rows = graph.get(f"{graph.account}/advideos", fields="title", filtering=[
        {"field": "title", "operator": "CONTAIN", "value": "film"}
    ])["data"]  # fmt: skip
    assert rows == [{"id": id, "title": "film.mp4"}]


def test_the_length_is_read_from_an_mp4(graph):
    mvhd = b"\x00" * 12 + struct.pack(">II", 1000, 24024)
    box = struct.pack(">I", len(mvhd) + 8) + b"mvhd" + mvhd
    moov = struct.pack(">I", len(box) + 8) + b"moov" + box
    id = graph.video(struct.pack(">I", 16) + b"ftypisom\x00\x00\x00\x00" + moov)
    assert graph.get(id, fields="length")["length"] == 24.024


def test_a_file_url_is_believed_unless_it_cannot_exist(graph):
    id = graph.post(f"{graph.account}/advideos", file_url="https://cdn.acme.example/a.mp4")["id"]
    graph.advance(2)
    assert status(graph, id) == "ready"
    assert graph.refused(f"{graph.account}/advideos", file_url="https://no.invalid/a.mp4") == (389, 1363057)
