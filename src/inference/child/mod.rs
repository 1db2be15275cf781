//! Inside the children: the only place that names an engine or a parser.
