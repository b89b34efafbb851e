// Package reftable reads references and their logs where a repository keeps
// them in reftables (extensions.refStorage = reftable), as Git's specification
// says: Documentation/technical/reftable.adoc in its sources.
//
// A Stack is a directory with the file tables.list, which names tables from the
// oldest to the newest. Each is a sorted list of records in blocks: first the
// references, by name, then their logs, by name and from the latest entry to the
// oldest. A record of a newer table replaces that of the same key in older ones;
// there are records that say nothing but that the older one is deleted. So what
// a Stack has is a merge: a heap of cursors, one for each table, that stand on
// their least key.
//
//	tables.list -> tables (mapped) -> blocks -> cursor -> merge -> Ref, LogEntry
//
// One reference is found by way of a table's index. Lists go through the blocks
// one after the other, so that nothing hides from them behind an index that lies;
// blocks that say which objects have names are not read at all.
//
// Everything is doubted: what does not hold is a *TableError that names file and
// offset. Of a table that is damaged the sound part is listed, and of a stack the
// other tables are; but one reference is not looked up in a stack of which a
// table is damaged, since that table may hold what replaces it.
//
// A Stack is immutable and safe for concurrent use. Close comes after every use.
package reftable
