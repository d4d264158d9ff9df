# perl words.pl ROUNDS: strings that grow in a hash, and lists that are split and joined.
use strict;
use warnings;

my ( %texts, $sum );
for my $i ( 1 .. $ARGV[0] ) {
    my $key = 'key' . ( $i % 5000 );
    $texts{$key} .= 'x';
    delete $texts{$key} if length( $texts{$key} ) > 100;
    my @fields = split /,/, "a,b,c,$i";
    $sum += length join ';', reverse @fields;
}
print "$sum\n";
