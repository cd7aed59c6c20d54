"""``python -m countersign``: the command, where scripts are not on the path."""

from countersign.cli import main

if __name__ == "__main__":
    main()
