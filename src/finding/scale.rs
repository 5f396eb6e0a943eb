//! The fixed words of a finding: severity, theme and cloud.

/// How bad a finding is. `Info` is shown but never counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing, for instance a grant that something else neutralises.
    Info,
    /// A weakness that needs another one to matter.
    Low,
    /// A weakness by itself.
    Medium,
    /// Data or rights open to people who should not have them.
    High,
    /// Open to everyone, now.
    Critical,
}

impl Severity {
    /// All of them, the mildest first.
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word in policies, settings and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// What a policy protects; each policy has exactly one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the meaning")]
pub enum Theme {
    PublicExposure,
    IdentityAccess,
    EncryptionAtRest,
    EncryptionInTransit,
    LoggingMonitoring,
    NetworkExposure,
    Resilience,
    Secrets,
    Other,
}

impl Theme {
    /// All of them, in the order in which documents list them.
    pub const ALL: [Self; 9] = [
        Self::PublicExposure,
        Self::IdentityAccess,
        Self::EncryptionAtRest,
        Self::EncryptionInTransit,
        Self::LoggingMonitoring,
        Self::NetworkExposure,
        Self::Resilience,
        Self::Secrets,
        Self::Other,
    ];

    /// The word in policies and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublicExposure => "public-exposure",
            Self::IdentityAccess => "identity-access",
            Self::EncryptionAtRest => "encryption-at-rest",
            Self::EncryptionInTransit => "encryption-in-transit",
            Self::LoggingMonitoring => "logging-monitoring",
            Self::NetworkExposure => "network-exposure",
            Self::Resilience => "resilience",
            Self::Secrets => "secrets",
            Self::Other => "other",
        }
    }

    /// The theme of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// Whose resources a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the meaning")]
pub enum Cloud {
    Aws,
    Azure,
    Gcp,
    Other,
}

impl Cloud {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Azure, Self::Gcp, Self::Other];

    /// The word in folders of policies and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Other => "other",
        }
    }

    /// The cloud of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cloud| cloud.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Cloud, Severity, Theme};

    #[test]
    fn names_are_read_back() {
        assert!(Severity::ALL.into_iter().all(|s| Severity::parse(s.name()) == Some(s)));
        assert!(Theme::ALL.into_iter().all(|t| Theme::parse(t.name()) == Some(t)));
        assert!(Cloud::ALL.into_iter().all(|c| Cloud::parse(c.name()) == Some(c)));
        assert_eq!(Severity::parse("High"), None);
    }

    #[test]
    fn severities_rise() {
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::Info < Severity::Low);
    }
}
