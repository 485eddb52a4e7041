"""Seals the keys that servers give, so that a copy of the database is no copy of their keys."""

from cryptography.fernet import Fernet, InvalidToken

from jobs.secret import Secret
from startup.log import hide

MAKE_ONE = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


def check(secret_key: str) -> None:
    """Whether a SECRET_KEY can be used. Raises ValueError with a sentence that does not show it."""
    try:
        Fernet(secret_key)
    except ValueError:
        raise ValueError(f"is not one; make it with: {MAKE_ONE}") from None


class FernetVault:
    """Satisfies `jobs.ports.Vault` (AES-128-CBC with HMAC-SHA256, see cryptography's Fernet).

    Every key that passes is hidden from the logs from then on.
    """

    def __init__(self, secret_key: Secret) -> None:
        self._fernet = Fernet(secret_key.reveal())
        self.ready = True

    def seal(self, key: Secret) -> str:
        hide(key)
        return self._fernet.encrypt(key.reveal().encode()).decode()

    def open(self, sealed: str) -> Secret | None:
        try:
            key = Secret(self._fernet.decrypt(sealed.encode()).decode())
        except (InvalidToken, UnicodeDecodeError):
            return None
        hide(key)
        return key
