"""The few words that rendered texts contain by themselves, in the language of the text around them."""

LABELS = {
    "en": {
        "figure": "Figure {}.",
        "table": "Table {}",
        "note": "Note",
        "caution": "Caution",
        "inspector": "What an inspector asks",
        "describe": "Read as text",
        "references": "References",
        "glossary": "Glossary",
        "footnotes": "Footnotes",
        "back": "Back to the text",
        "transcript": "Transcript",
        "check-yourself": "Check yourself",
        "check": "Check",
        "video": "Video",
        "audio": "Audio",
        "low": "Smaller file for a slow line",
        "true": "True",
        "false": "False",
        "captions": "Captions ({})",
        "point": ".",
    },
    "ko": {
        "figure": "그림 {}.",
        "table": "표 {}",
        "note": "참고",
        "caution": "주의",
        "inspector": "실사관이 묻는 것",
        "describe": "글로 읽기",
        "references": "참고 문헌",
        "glossary": "용어 설명",
        "footnotes": "각주",
        "back": "본문으로 돌아가기",
        "transcript": "대본",
        "check-yourself": "스스로 확인하기",
        "check": "확인",
        "video": "동영상",
        "audio": "음성",
        "low": "느린 회선을 위한 작은 파일",
        "true": "참",
        "false": "거짓",
        "captions": "자막 ({})",
        "point": ".",
    },
    "fr": {
        "figure": "Figure {}.",
        "table": "Tableau {}",
        "note": "Remarque",
        "caution": "Attention",
        "inspector": "Ce que demande un inspecteur",
        "describe": "Lire en texte",
        "references": "Références",
        "glossary": "Glossaire",
        "footnotes": "Notes",
        "back": "Retour au texte",
        "transcript": "Transcription",
        "check-yourself": "Vérifiez vos acquis",
        "check": "Vérifier",
        "video": "Vidéo",
        "audio": "Audio",
        "low": "Fichier plus petit pour une connexion lente",
        "true": "Vrai",
        "false": "Faux",
        "captions": "Sous-titres ({})",
        "point": ",",
    },
}


def label(locale: str, name: str) -> str:
    """In the locale, else in its language without region, else in English."""
    for known in (locale, locale.partition("-")[0], "en"):
        if known in LABELS:
            return LABELS[known][name]
    raise LookupError(name)
