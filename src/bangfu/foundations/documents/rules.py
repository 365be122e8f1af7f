"""What may be kept as an attachment."""

import io
import re

from PIL import Image, UnidentifiedImageError

from bangfu.foundations.codes.reasons import Reason

# A phone photo has 12–50 megapixels; a picture that unpacks to more than this is an attack on memory.
MAX_PIXELS = 80_000_000
ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|OpenAction)\b")


def sniff(data: bytes) -> str:
    """The real type by its first bytes: image/jpeg, image/png, application/pdf, or '' for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    return ""


def reasons_not_to_keep(data: bytes, name: str) -> list[Reason]:
    """Why these bytes cannot be an attachment: empty, not a photo or PDF, damaged, a bomb, a PDF with scripts."""
    if not data:
        return [Reason(f"文件“{name}”是空的，请重新选择。")]
    mime = sniff(data)
    if not mime:
        return [Reason(f"文件“{name}”不是照片（JPG、PNG）或 PDF。请拍照或扫描后上传。")]
    if mime == "application/pdf":
        if ACTIVE_PDF.search(data):
            return [Reason(f"PDF 文件“{name}”里带有脚本或自动动作，不能上传。请打印后扫描，或另存为普通 PDF。")]
        return []
    return _picture_reasons(data, name)


def _too_large(name: str) -> Reason:
    return Reason(f"图片“{name}”的尺寸过大，请用手机重新拍摄后上传。")


def _picture_reasons(data: bytes, name: str) -> list[Reason]:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                return [_too_large(name)]
            picture.verify()
    except Image.DecompressionBombError:
        return [_too_large(name)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return [Reason(f"图片“{name}”已损坏，打不开。请重新拍摄或扫描。")]
    return []
