"""What stands in the register: marks, and how they are written down."""

import json
from dataclasses import asdict, dataclass

KINDS = ("light", "buoy", "beacon", "wreck")


@dataclass(frozen=True)
class Mark:
    """Something at sea that a ship wants to know about."""

    name: str
    kind: str
    latitude: float
    longitude: float
    light: str = ""
    """The light's character, such as `Fl(3) W 15s`; empty where nothing shines."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a mark is one of {', '.join(KINDS)}, not {self.kind!r}")
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.name} is not on this planet")

    def to_text(self) -> str:
        """Return the mark as the register keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Mark":
        """Return the mark that `to_text` has written down."""
        return cls(**json.loads(text))

    @property
    def position(self) -> str:
        """The position as it is printed: degrees and minutes."""
        north = _degrees(self.latitude, "N", "S", 2)
        east = _degrees(self.longitude, "E", "W", 3)
        return f"{north} {east}"


def _degrees(angle: float, positive: str, negative: str, width: int) -> str:
    minutes = round(abs(angle) * 600)  # tenths, so that 59.97' is the next degree
    degrees, tenths = divmod(minutes, 600)
    letter = negative if angle < 0 else positive
    return f"{degrees:0{width}}°{tenths / 10:04.1f}'{letter}"
