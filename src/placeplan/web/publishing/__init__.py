"""How a plan is agreed and made public: organisations sign, those named answer, and a version is published or withdrawn."""
