using IOC.Alerts;
using IOC.Host.Live;
using IOC.Telemetry;

namespace IOC.Host.Alerts;

/// <summary>Names and words of acts and of why they were refused.</summary>
internal static class AlertNames
{
    /// <summary>Name of an act.</summary>
    public static string Of(AlertActKind kind) => kind switch
    {
        AlertActKind.Raised => "raised",
        AlertActKind.ReRaised => "re_raised",
        AlertActKind.Cleared => "cleared",
        AlertActKind.Acknowledged => "acknowledged",
        AlertActKind.Withdrawn => "withdrawn",
        AlertActKind.Reset => "reset",
        AlertActKind.Shelved => "shelved",
        AlertActKind.Unshelved => "unshelved",
        AlertActKind.ShelvingEnded => "shelving_ended",
        AlertActKind.Suppressed => "suppressed",
        AlertActKind.Unsuppressed => "unsuppressed",
        AlertActKind.TakenOutOfService => "taken_out_of_service",
        AlertActKind.ReturnedToService => "returned_to_service",
        AlertActKind.Assigned => "assigned",
        AlertActKind.Released => "released",
        AlertActKind.Noted => "noted",
        AlertActKind.Escalated => "escalated",
        AlertActKind.HandedOver => "handed_over",
        AlertActKind.Chattering => "chattering",
        AlertActKind.ChatteringEnded => "chattering_ended",
        AlertActKind.Settled => "settled",
        AlertActKind.StepDone => "step_done",
        AlertActKind.StepUndone => "step_undone",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such act."),
    };

    /// <summary>Code of a refusal.</summary>
    public static string Of(ActOutcome outcome) => outcome switch
    {
        ActOutcome.AlreadyAcknowledged => "already_acknowledged",
        ActOutcome.Closed => "closed",
        ActOutcome.Failed => "not_stored",
        ActOutcome.ConditionHolds => "condition_holds",
        ActOutcome.NotLatched => "not_latched",
        ActOutcome.NotShelved => "not_shelved",
        ActOutcome.BadEnd => "bad_end",
        ActOutcome.TooManyShelved => "too_many_shelved",
        ActOutcome.AlreadyAssigned => "already_assigned",
        ActOutcome.NotAssigned => "not_assigned",
        ActOutcome.StepIsDone => "step_is_done",
        ActOutcome.StepIsNotDone => "step_is_not_done",
        ActOutcome.OtherChecklist => "other_checklist",
        _ => "not_found",
    };

    /// <summary>Words of a refusal.</summary>
    public static LocalText Explain(ActOutcome outcome, Alert alert, AlertOptions options) => outcome switch
    {
        ActOutcome.AlreadyAcknowledged => new LocalText($"Cảnh báo đã được {alert.AcknowledgedBy} xác nhận.", $"The alert was acknowledged by {alert.AcknowledgedBy} before."),
        ActOutcome.ConditionHolds => new LocalText("Tình trạng vẫn còn; chỉ đặt lại được khi đã hết.", "The condition still holds; it can be reset once it is gone."),
        ActOutcome.NotLatched => new LocalText("Cảnh báo này không bị chốt, không có gì để đặt lại.", "The alert is not latched; there is nothing to reset."),
        ActOutcome.NotShelved => new LocalText("Cảnh báo không bị tạm gác.", "The alert is not shelved."),
        ActOutcome.BadEnd => new LocalText(
            $"Thời hạn tạm gác phải ở tương lai, tối đa {options.MaxShelving.TotalHours:0.##} giờ.", $"The end of the shelving must lie ahead, at most {options.MaxShelving.TotalHours:0.##} hours."),
        ActOutcome.TooManyShelved => new LocalText(
            $"Mỗi người trực được tạm gác tối đa {options.MaxShelvedPerOperator} cảnh báo.", $"An operator may have at most {options.MaxShelvedPerOperator} alerts shelved."),
        ActOutcome.AlreadyAssigned => new LocalText($"{alert.Assignee} đang xử lý cảnh báo này.", $"{alert.Assignee} sees to the alert already."),
        ActOutcome.NotAssigned => new LocalText("Chưa giao cảnh báo cho ai.", "Nobody sees to the alert."),
        ActOutcome.StepIsDone => new LocalText("Bước này đã được người khác đánh dấu.", "Somebody has done this step already."),
        ActOutcome.StepIsNotDone => new LocalText("Bước này chưa được đánh dấu.", "This step is not done, so there is nothing to take back."),
        ActOutcome.OtherChecklist => new LocalText(
            $"Cảnh báo này đang theo quy trình '{alert.Checklist?.Procedure}' phiên bản {alert.Checklist?.Version}; hãy tải lại.",
            $"The alert follows procedure '{alert.Checklist?.Procedure}' version {alert.Checklist?.Version}; load it again."),
        _ => new LocalText("Cảnh báo đã đóng.", "The alert is closed."),
    };

    /// <summary>An act for programs.</summary>
    public static AlertActDto ToDto(AlertAct act) => new(
        act.Sequence, Of(act.Kind), act.AtMs, act.RecordedAtMs, LiveMapping.Name(act.StateAfter), LiveMapping.Name(act.HoldAfter), act.Operator, act.Note, act.Value,
        act.UntilMs, act.Target, act.Count);
}
