"""Internal audits: plan, checklist, finding, corrective action, and what an overdue one stops."""
