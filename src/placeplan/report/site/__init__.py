"""The plan as a site of static pages for the public: every page of a report and one for each thing, in versions that stay."""
