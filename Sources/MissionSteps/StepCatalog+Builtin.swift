// Written by scripts/generate from the files beside this one.
package import MissionModel

extension StepCatalog {
  /// Every step type that missiond brings.
  package static let builtin = StepCatalog([
    AgentStep.self,
    CSVProcessStep.self,
    ChainStep.self,
    CommandStep.self,
    CompileCodeStep.self,
    CompressStep.self,
    CopyFileStep.self,
    CreateFileStep.self,
    DeleteFileStep.self,
    EditFileStep.self,
    FileSearchStep.self,
    GenerateEmbeddingStep.self,
    GitBranchStep.self,
    GitCommitStep.self,
    GitDiffStep.self,
    GitMergeStep.self,
    GitStatusStep.self,
    HTTPStep.self,
    LLMStep.self,
    LintCodeStep.self,
    ListDirectoryStep.self,
    ModelInferenceStep.self,
    MonitorResourcesStep.self,
    MoveFileStep.self,
    NoopStep.self,
    ParseJSONStep.self,
    ParseXMLStep.self,
    ParseYAMLStep.self,
    ProcessKillStep.self,
    ProcessStartStep.self,
    ReadFileStep.self,
    RunTestsStep.self,
    SQLQueryStep.self,
    ServiceHealthStep.self,
    ToolStep.self,
    ValidateSchemaStep.self,
  ])
}
