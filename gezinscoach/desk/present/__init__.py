"""Page objects of the desk: the frame around every page, Vandaag, and the dossier at a glance."""

from gezinscoach.desk.present.dossier import Advies, Overzicht, advies, overzicht
from gezinscoach.desk.present.frame import Frame, FramePerson, alarms, frame, places
from gezinscoach.desk.present.kaarten import Deel, Kaart
from gezinscoach.desk.present.vandaag import last_day, vandaag

__all__ = [
    "Advies",
    "Deel",
    "Frame",
    "FramePerson",
    "Kaart",
    "Overzicht",
    "advies",
    "alarms",
    "frame",
    "last_day",
    "overzicht",
    "places",
    "vandaag",
]
