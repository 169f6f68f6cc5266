"""Zips of files that are not on a disk."""
import io
import zipfile


def zip_of(files):
    """`files` are texts or bytes by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()
