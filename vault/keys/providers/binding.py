"""What a wrap is bound to, for providers that wrap inside their own device or service.

Every part has a fixed width, so that no two keys share a binding. The provider takes it as associated data
of AES-GCM: a wrap that was moved to another key, compartment or version does not open.
"""

from struct import Struct
from uuid import UUID

_BINDING = Struct(">8sQ16sQ")
TAG = b"SRroot01"


def binding(key_id: int, compartment: UUID, version: int) -> bytes:
    """`SRroot01` ‖ key id 8 ‖ compartment 16 ‖ root version 8: 40 bytes."""
    return _BINDING.pack(TAG, key_id, compartment.bytes, version)
