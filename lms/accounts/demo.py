"""The accounts of a demonstration, one for each role; the sign-in page names them in demo mode and never otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoAccount:
    user_name: str
    password: str
    role: str
    name: str


#: One for all: people type it on a phone, and it protects nothing.
PASSWORD = "cleanroom-demo"
DEMO_ACCOUNTS = (
    DemoAccount("trainee", PASSWORD, "trainee", "Alice Achieng"),
    DemoAccount("instructor", PASSWORD, "instructor", "Bob Bergström"),
    DemoAccount("administrator", PASSWORD, "administrator", "Dora Diallo"),
    DemoAccount("quality", PASSWORD, "quality", "Quentin Quispe"),
    DemoAccount("inspector", PASSWORD, "inspector", "Ines Ibarra"),
)
