using RxCan.J1939;

namespace RxCan.Tests.J1939;

public sealed class J1939AnswerTests
{
    [Fact]
    public void Answers_with_the_same_bytes_or_acknowledgement_are_equal()
    {
        J1939Answer answer = new byte[] { 1, 2 };
        J1939Answer same = new(new byte[] { 0, 1, 2 }.AsMemory(1));

        Assert.True(answer == same);
        Assert.Equal(answer.GetHashCode(), same.GetHashCode());
        Assert.True(answer != new byte[] { 1, 3 });
        Assert.Equal(J1939Acknowledgement.Negative, (J1939Answer)null);
        Assert.NotEqual(J1939Acknowledgement.Negative, (J1939Answer)J1939Acknowledgement.AccessDenied);
    }

    [Fact]
    public void Empty_data_is_not_an_acknowledgement() => Assert.NotEqual((J1939Answer)Array.Empty<byte>(), J1939Acknowledgement.Positive);

    [Fact]
    public void Its_text_is_its_bytes_or_its_acknowledgement()
    {
        Assert.Equal("01FF", $"{(J1939Answer)new byte[] { 1, 0xFF }}");
        Assert.Equal("CannotRespond", $"{(J1939Answer)J1939Acknowledgement.CannotRespond}");
    }
}
